import { api } from "@/api/client";
import { forgetPlace } from "@/api/signedout";

/** Ends the session, and leaves the page also where the centre did not hear of it. */
export async function signOut(): Promise<void> {
  await api.POST("/api/signout").catch(() => null);
  forgetPlace();
  location.replace("/signin");
}
