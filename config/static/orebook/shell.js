// What stands around every page, for the build of Alpine that evaluates nothing but names: it is told them here.
document.addEventListener("alpine:init", () => {
    Alpine.data("theme", theme);
    Alpine.data("searchForm", searchForm);
    Alpine.data("shell", () => ({
        activeTab: "",
        sidebarMobileOpen: false,
        sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
        toggleSidebar() {
            this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
            localStorage.setItem("sidebarDesktopOpen", this.sidebarDesktopOpen ? "1" : "0");
        },
    }));
});

// Brings the present page into view in the menu, with what comes after it, before anything is seen: later the menu would
// move under whoever looks for another.
document.addEventListener("alpine:initialized", () => queueMicrotask(() => {
    const menu = document.getElementById("ob-menu");
    const here = menu?.querySelector("[aria-current]")?.getBoundingClientRect();
    if (here) menu.scrollTop += Math.max(0, here.bottom + here.height - menu.getBoundingClientRect().bottom);
}));
