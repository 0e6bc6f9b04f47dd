// Where unfold's pages need help. This runs before its own script.
document.addEventListener("DOMContentLoaded", () => {
    // Its icons are words in a font of pictures: they are for the eye, where other words stand beside them.
    for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
        const holder = icon.closest("a, button");
        if (!holder || holder.title || holder.textContent.trim() !== icon.textContent.trim()) {
            icon.setAttribute("aria-hidden", "true");
        }
    }
    // What only a mouse could click.
    for (const lame of document.querySelectorAll("a[x-on\\:click]:not([href])")) {
        lame.setAttribute("role", "button");
        lame.tabIndex = 0;
        lame.addEventListener("keydown", (event) => {
            if (event.key !== "Enter" && event.key !== " ") return;
            event.preventDefault();
            lame.click();
        });
    }
    // A table without a link is scrolled sideways by keyboard too.
    for (const wide of document.querySelectorAll(".ob-scroll:not([tabindex])")) {
        if (wide.querySelector("a[href], button, input, select, textarea, summary")) continue;
        wide.tabIndex = 0;
        wide.setAttribute("role", "group");
        wide.setAttribute("aria-label", document.body.dataset.tableWord);
    }
    // It looks for a text beside each file's field, which a browser's own does not have, and breaks; it passes these over.
    for (const input of document.querySelectorAll(".ob-field input[type=file]")) input.hasChangeListener = true;
});
