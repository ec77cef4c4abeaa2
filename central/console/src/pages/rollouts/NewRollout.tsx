export function NewRollout() {
  return null;
}
