import { onlineManager } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

/** Whether this browser has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  );
}
