const LONGEST_SIDE = 1600;

/** Draws a photo smaller, so that a slow line carries it, and without what the camera wrote into it. */
export async function shrink(file, canvas) {
  const picture = await createImageBitmap(file);
  const share = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.round(side * share));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
}
