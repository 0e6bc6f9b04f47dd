// A text is as wide as the font that draws it: where one comes late, everything moves, under a press too. So a page is
// shown once its fonts have come, or failed; after three seconds it is shown as it is.
{
    const root = document.documentElement;
    const come = Promise.allSettled([...document.fonts].map((font) => font.load()));
    const waited = new Promise((done) => setTimeout(done, 3000));
    root.classList.add("ob-awaits-fonts");
    Promise.race([come, waited]).then(() => {
        root.classList.remove("ob-awaits-fonts");
        // What can't be seen takes no focus.
        if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
    });
}
