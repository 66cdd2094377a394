// Loaded by every page: the design system's behaviour and our forms'. No page needs it.
import { initAll } from "./dist/govuk-frontend.min.js";
import "./forms.js";

initAll();
