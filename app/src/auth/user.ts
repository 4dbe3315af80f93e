import { createContext, useContext } from "react";

const UserId = createContext("");

export const UserIdProvider = UserId.Provider;

/** The id of the person who is signed in. Only pages that need one are shown inside the provider. */
export function useUserId(): string {
  return useContext(UserId);
}
