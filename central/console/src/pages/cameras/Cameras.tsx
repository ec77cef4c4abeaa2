export function Cameras() {
  return null;
}
