/** Whether this browser may be able to draw a map; trying is left to the map, for trying twice takes twice as long. */
export const mayDraw = (): boolean => typeof WebGL2RenderingContext !== "undefined";
