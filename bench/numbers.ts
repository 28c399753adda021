import { InvalidArgumentError } from 'commander';

/** An option of a benchmark: a whole number of at least 1, or of at least `least`. @throws InvalidArgumentError */
export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
  };
export const whole = wholeFrom(1);

/** Several of them, with commas between. @throws InvalidArgumentError */
export const wholes = (text: string): number[] => text.split(',').map(whole);
