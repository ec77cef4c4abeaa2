export function Rollouts() {
  return null;
}
