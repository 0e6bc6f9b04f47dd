// The theme that the person chose in the web admin, where unfold keeps it.
const chosen = JSON.parse(localStorage.getItem("adminTheme") || '"auto"');
const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.classList.toggle("dark", dark);
