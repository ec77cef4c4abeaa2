// What a browser keeps of a reader's choices; a browser that keeps nothing forgets them, and that is all.

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Not kept: private windows, full disks.
  }
}
