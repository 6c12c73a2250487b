import { expect, it } from 'vitest';
import { RecentFrames } from '../../src/flows/recent-frames.ts';

it('knows the last frame of each number, however many look alike', () => {
  const frames = new RecentFrames();
  const keys = Array.from({ length: 60_000 }, (_, i) => (i % 300) * 2 ** 44 + Math.floor(i / 300));
  for (const [i, key] of keys.entries()) frames.set(key, i + 1);
  for (const [i, key] of keys.entries()) expect(frames.get(key)).toBe(i + 1);
  frames.set(keys[7]!, 70_000);
  expect(frames.get(keys[7]!)).toBe(70_000);
  expect(frames.get(12_345_678_901)).toBe(0);
});

it('begins anew when it is full', () => {
  const frames = new RecentFrames();
  for (let i = 0; i < 65_536; i++) frames.set(i * 3, i + 1);
  expect(frames.get(0)).toBe(1);
  frames.set(1, 2);
  expect(frames.get(0)).toBe(0);
  expect(frames.get(1)).toBe(2);
});
