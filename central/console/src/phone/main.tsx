import "../look/base.css";
import { startTheme } from "../look/theme";

startTheme();
// The grid worker's page is not there yet; until then the console serves phones too.
location.replace("/");
