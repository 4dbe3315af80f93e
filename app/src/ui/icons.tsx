import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const HeartIcon = () => (
  <Icon>
    <path d="M12 20.3 4.4 12.600a4.900 4.900 0 0 1 6.900-6.900l.7.7.7-.7a4.900 4.900 0 0 1 6.900 6.900z" />
  </Icon>
);
export const CommentIcon = () => (
  <Icon>
    <path d="M20 11.500a7.500 7.500 0 0 1-11 6.600L4 19.500l1.400-4.300A7.500 7.500 0 1 1 20 11.500z" />
  </Icon>
);
export const PictureIcon = () => (
  <Icon>
    <rect x="3.500" y="4.500" width="17" height="15" rx="3" />
    <circle cx="9" cy="10" r="1.600" />
    <path d="m4 17 4.500-4 3.500 3 3.500-3.500 5 4.500" />
  </Icon>
);
export const RefreshIcon = () => (
  <Icon>
    <path d="M19.500 12a7.500 7.500 0 1 1-2.300-5.400L19.500 9M19.500 4.500V9H15" />
  </Icon>
);
