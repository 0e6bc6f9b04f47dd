// Beneath an amount: how it is read, while it is typed or pasted. It stands in the place of the field's hint, which never
// shrinks: a button that moved when the answer comes would lose the press of whoever has gone on to it.
document.addEventListener("DOMContentLoaded", () => {
    for (const amount of document.querySelectorAll(".ob-page input[name=amount]")) {
        const currency = amount.form.querySelector("input[name=currency]");
        const field = amount.closest(".ob-field");
        const hint = field.querySelector(".ob-hint");
        const place = document.createElement("div");
        const told = document.createElement("output");
        place.className = "ob-reading";
        told.className = "ob-hint";
        told.htmlFor = amount.id;
        if (hint) hint.replaceWith(place);
        else field.append(place);
        place.append(told);
        if (hint) place.append(hint);
        let waiting = 0;
        let asks = 0;
        const tell = (words, wrong) => {
            told.textContent = words;
            told.classList.toggle("ob-error", wrong);
            place.style.minBlockSize = `${place.getBoundingClientRect().height}px`;
        };
        const ask = async () => {
            const mine = ++asks;
            if (!amount.value.trim()) return tell("", false);
            const asked = new URLSearchParams({ amount: amount.value, currency: currency ? currency.value : "" });
            const answer = await fetch(`/admin/amount/?${asked}`).catch(() => null);
            // Something else was typed since, and is asked about.
            if (mine !== asks) return;
            // Logged out meanwhile: the log-in page says nothing of amounts.
            if (!answer || !answer.ok || answer.redirected) return tell("", false);
            const said = await answer.json();
            tell(said.read || said.wrong, !said.read);
        };
        for (const typed of [amount, currency]) {
            typed?.addEventListener("input", () => {
                clearTimeout(waiting);
                waiting = setTimeout(ask, 250);
            });
        }
    }
});
