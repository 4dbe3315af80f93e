import { HeartIcon } from "./icons.tsx";

interface LikeButtonProps {
  count: number;
  liked: boolean;
  onChange: (like: boolean) => void;
}

export function LikeButton({ count, liked, onChange }: LikeButtonProps) {
  return (
    <button type="button" className="action like" aria-pressed={liked} onClick={() => onChange(!liked)}>
      <HeartIcon />
      <span className="unseen">Like</span> {count}
    </button>
  );
}
