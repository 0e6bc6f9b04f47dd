// A text is as wide as the font that draws it: where one comes late, everything moves, under a press too. So a page is
// shown once its fonts are there, or did not come; at most as long after as browsers themselves show no text.
{
    const page = document.documentElement;
    page.classList.add("ob-unseen");
    const come = Promise.allSettled([...document.fonts].map((font) => font.load()));
    Promise.race([come, new Promise((done) => setTimeout(done, 3000))]).then(() => {
        page.classList.remove("ob-unseen");
        // What can't be seen takes no focus.
        if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
    });
}
