import "virtual:tabler.css";
import "./styles/tokens.css";
import "./styles/main.css";
document.documentElement.classList.add("js");
