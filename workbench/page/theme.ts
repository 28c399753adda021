import { effect, signal } from '@preact/signals';

const isDark = matchMedia('(prefers-color-scheme: dark)');

/** Follows the system until somebody chooses otherwise. */
export const theme = signal<'light' | 'dark'>(isDark.matches ? 'dark' : 'light');
isDark.addEventListener('change', ({ matches }) => (theme.value = matches ? 'dark' : 'light'));

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});
