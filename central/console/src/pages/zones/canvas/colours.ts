// Over a picture, in either theme: bright lines with a dark halo, told apart without red and green alone.
export const COLOURS = ["#39d0c3", "#ffb000", "#7fb2ff", "#ff7ad9", "#c6f24e", "#ff8f6b"] as const;
export const HALO = "rgba(0, 0, 0, 0.65)";
export const IGNORED = "#d0d5d8";
export const WRONG = "#ff4d5e";
export const POINT = "#ffffff";
export const NOW = "#8fc0f5";
export const DRAFT = "#f3b868";

export const colourOf = (at: number): string => COLOURS[at % COLOURS.length] as string;
