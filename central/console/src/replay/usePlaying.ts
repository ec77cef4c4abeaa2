import { useEffect, useState } from "react";

const FRAME_MS = 100;

export interface Playing {
  at: number;
  playing: boolean;
  speed: number;
  seek: (at: number) => void;
  play: (yes: boolean) => void;
  setSpeed: (speed: number) => void;
}

/** A moment that goes on by itself, so many times as fast as it was; it stops at the end. Times in ms. */
export function usePlaying(from: number, to: number): Playing {
  const [at, setAt] = useState(from);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(4);
  const over = at >= to;
  useEffect(() => {
    if (!playing || over) return;
    const timer = setInterval(() => setAt((now) => Math.min(to, now + FRAME_MS * speed)), FRAME_MS);
    return () => clearInterval(timer);
  }, [playing, over, speed, to]);
  function play(yes: boolean): void {
    if (yes && over) setAt(from);
    setPlaying(yes);
  }
  return { at, playing: playing && !over, speed, seek: setAt, play, setSpeed };
}
