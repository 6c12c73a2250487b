import { UsageFault } from './fault.ts';
import type { Arguments } from './parse.ts';

export async function sockets(_given: Arguments): Promise<number> {
  throw new UsageFault('not there yet');
}
