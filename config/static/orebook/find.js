// The search field of every page: `/` goes there, what is typed is looked up, arrows choose, Enter opens. Nothing is kept.
document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("[data-find]");
    if (!form) return;
    const field = form.querySelector("input");
    const list = form.querySelector("[role=listbox]");
    let waiting = 0;
    let asking = null;

    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");
    const show = (open) => {
        list.hidden = !open;
        field.setAttribute("aria-expanded", String(open));
        if (!open) field.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
        for (const each of options()) each.setAttribute("aria-selected", String(each === option));
        field.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
    };
    const ask = async () => {
        asking?.abort();
        const asked = field.value.trim();
        if (!asked) return show(false);
        asking = new AbortController();
        try {
            const answer = await fetch(`${form.action}?part=1&q=${encodeURIComponent(asked)}`, { signal: asking.signal });
            // Logged out meanwhile: the log-in page is no list.
            if (!answer.ok || answer.redirected) return show(false);
            list.innerHTML = await answer.text();
            show(true);
        } catch (error) {
            if (error.name !== "AbortError") show(false);
        }
    };

    document.addEventListener("keydown", (event) => {
        const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
        if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            field.focus();
            field.select();
        }
    });
    field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, 150);
    });
    field.addEventListener("keydown", (event) => {
        const all = options();
        const at = all.indexOf(chosen());
        if (event.key === "Escape") {
            if (!list.hidden) event.preventDefault();
            show(false);
        } else if (list.hidden || !all.length) {
            return;
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            choose(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
        } else if (event.key === "Enter" && chosen()) {
            event.preventDefault();
            location.assign(chosen().href);
        }
    });
    form.addEventListener("focusout", (event) => {
        if (!form.contains(event.relatedTarget)) show(false);
    });
});
