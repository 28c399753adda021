import { BadInput, type Input } from './http';

/** A text that must be there. @throws BadInput */
export function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw new BadInput(`${name} must be text`);
  return value;
}
