/** The mark: an h whose arm runs ahead, with the goal in amber. */
export function Logo({ sizePx = 32 }: { readonly sizePx?: number }) {
  return (
    <svg width={sizePx} height={sizePx} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="16" fill="#0b7a68" />
      <g stroke="#fff" strokeWidth="6" strokeLinecap="round" fill="none">
        <path d="M15 47V17" />
        <path d="M15 36c7 0 8-10 15-10s8 10 19 4" />
        <path d="M34 47h15" stroke="#7fdcc6" />
      </g>
      <circle cx="49" cy="17" r="6" fill="#ffb84d" />
    </svg>
  );
}
