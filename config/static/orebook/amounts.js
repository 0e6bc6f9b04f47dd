// Beneath an amount: how it is read, while it is typed or pasted.
document.addEventListener("DOMContentLoaded", () => {
    for (const amount of document.querySelectorAll(".ob-page input[name=amount]")) {
        const currency = amount.form.querySelector("input[name=currency]");
        const told = document.createElement("output");
        told.className = "ob-hint";
        told.htmlFor = amount.id;
        amount.after(told);
        let waiting = 0;
        const ask = async () => {
            if (!amount.value.trim()) return told.replaceChildren();
            const asked = new URLSearchParams({ amount: amount.value, currency: currency ? currency.value : "" });
            const answer = await fetch(`/admin/amount/?${asked}`).catch(() => null);
            if (!answer || !answer.ok || answer.redirected) return told.replaceChildren();
            const said = await answer.json();
            told.textContent = said.read || said.wrong;
            told.classList.toggle("ob-error", !said.read);
        };
        for (const field of [amount, currency]) {
            field?.addEventListener("input", () => {
                clearTimeout(waiting);
                waiting = setTimeout(ask, 250);
            });
        }
    }
});
