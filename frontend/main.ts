/* The one entry: styles, htmx and the custom elements, which start themselves. */
import "virtual:tabler.css";
import "./styles/tokens.css";
import "./styles/main.css";

import "./elements/address.ts";
import "./elements/assess.ts";
import "./elements/board.ts";
import "./elements/calendar.ts";
import "./elements/card-editor.ts";
import "./elements/cash-grid.ts";
import "./elements/combobox.ts";
import "./elements/compare.ts";
import "./elements/composer.ts";
import "./elements/copy.ts";
import "./elements/dialog.ts";
import "./elements/inline-edit.ts";
import "./elements/keys.ts";
import "./elements/list.ts";
import "./elements/live-fields.ts";
import "./elements/menu.ts";
import "./elements/merge.ts";
import "./elements/money-input.ts";
import "./elements/palette.ts";
import "./elements/progress.ts";
import "./elements/rich-text.ts";
import "./elements/strips.ts";
import "./elements/theme.ts";
import "./elements/timeline.ts";
import "./elements/toast.ts";
import "./elements/upload.ts";
import { start } from "./lib/htmx-setup.ts";

document.documentElement.classList.add("js");
start();
// lists alone are worked in like a spreadsheet: other pages do not load how
const cells = (): void => {
  if (document.querySelector("sj-grid")) void import("./elements/grid.ts");
};
document.addEventListener("htmx:afterSettle", cells);
cells();
