import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

export async function follow(_given: Arguments): Promise<number> {
  throw new UsageFault('being written');
}
