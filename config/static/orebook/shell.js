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
