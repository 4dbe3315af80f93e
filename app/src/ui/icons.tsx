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
export const HomeIcon = () => (
  <Icon>
    <path d="M4 11.5 12 4l8 7.5V19a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 19zM9.500 20.500v-6h5v6" />
  </Icon>
);
export const PeopleIcon = () => (
  <Icon>
    <circle cx="9" cy="8.500" r="3.500" />
    <path d="M3 20a6 6 0 0 1 12 0M16 5.300a3.500 3.500 0 0 1 0 6.400M17.500 14.500A6 6 0 0 1 21 20" />
  </Icon>
);
export const ReelIcon = () => (
  <Icon>
    <rect x="4" y="4" width="16" height="16" rx="4" />
    <path d="m10 8.700 5.500 3.300-5.500 3.300z" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6.500" />
    <path d="m16 16 4.500 4.500" />
  </Icon>
);
export const StarIcon = () => (
  <Icon>
    <path d="m12 4 2.500 5.200 5.700.8-4.100 4 1 5.700-5.100-2.700-5.100 2.700 1-5.700-4.100-4 5.700-.8z" />
  </Icon>
);
export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.500 20.500a7.500 7.500 0 0 1 15 0" />
  </Icon>
);
