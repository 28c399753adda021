/** A dozen icons, on a grid of 16, drawn in the colour of the text. */
const PATHS = {
  play: 'M5 3.5v9l7-4.5z',
  stop: 'M4.5 4.5h7v7h-7z',
  leaveOut: 'M6 3.5h7.5v9H6L2 8zM8 6.2l3.5 3.6M11.5 6.2L8 9.8',
  reload: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.8h-2.8',
  plus: 'M8 3.5v9M3.5 8h9',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 4l4 4-4 4',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  copy: 'M5.5 5.5h7v7h-7zM3.5 10.5v-7h7',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.5 5.5 0 1 1 6.4 3a4.4 4.4 0 0 0 6.6 6.6z',
  bolt: 'M9 1.8L3.8 9H8l-1 5.2L12.2 7H8z',
  repeat:
    'M3 7.5V7a2.5 2.5 0 0 1 2.5-2.5H12M10 2.3l2.2 2.2L10 6.7M13 8.5V9a2.5 2.5 0 0 1-2.5 2.5H4M6 13.7l-2.2-2.2L6 9.3',
  eye: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
  download: 'M8 2.5v7.3M4.8 6.8L8 10l3.2-3.2M3 13h10',
  upload: 'M8 10V2.7M4.8 5.7L8 2.5l3.2 3.2M3 13h10',
  pin: 'M6 2.5h4l-.6 4L12 9H4l2.6-2.5zM8 9v4.5',
  arrow: 'M2.5 8h10.5M9.5 4.5L13 8l-3.5 3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
