import type { ChangeEvent, ReactNode } from "react";

interface FileButtonProps {
  accept: string;
  disabled?: boolean;
  onChoose: (file: File) => void;
  children: ReactNode;
}

/** A file chooser that looks like a button. */
export function FileButton({ accept, disabled = false, onChoose, children }: FileButtonProps) {
  function choose({ currentTarget: input }: ChangeEvent<HTMLInputElement>) {
    const file = input.files?.[0];
    // Emptied, so that choosing the same file again is a change again.
    input.value = "";
    if (file) onChoose(file);
  }
  return (
    <label className={disabled ? "button button-quiet disabled" : "button button-quiet"}>
      {children}
      <input className="unseen" type="file" accept={accept} onChange={choose} disabled={disabled} />
    </label>
  );
}
