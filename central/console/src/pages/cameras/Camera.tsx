export function Camera() {
  return null;
}
