import type { Schema } from "./client";

/** Where a masked picture is; `reason` is what the audit says of why it was looked at. */
export const pictureUrl = (picture: Pick<Schema<"PictureAnswer">, "url">, reason: string): string =>
  `${picture.url}/picture?reason=${encodeURIComponent(reason)}`;
