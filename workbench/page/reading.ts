/** Whether a step leaves AWS as it was. Get Identity ID makes an identity where there is none; pure. */
export const isReading = (step: string): boolean => /^(?:List|Describe|LookUp|Export|Get(?!IdentityId$))/.test(step);
