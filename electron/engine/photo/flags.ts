/** What a person should know about a photo before working on it. */
export type PhotoFlag =
  /** The file ends too early; missing pixels are filled with grey, black or noise. */
  | 'truncated'
  /** The decoder met errors inside the file; parts may look wrong. */
  | 'damaged'
  /** CMYK was converted to sRGB by the file's profile, or a generic one, for good. */
  | 'converted-from-cmyk'
  /** An animation or a document: only its first picture is opened. */
  | 'first-frame-only'
  /** A gain map, a depth map, a motion video or the like, which a saved photo will not have. */
  | 'extra-images'
  /** Signed content credentials (C2PA), which cannot stay true when pixels change and are left out on saving. */
  | 'content-credentials'
  /** Photoshop layers, of which a saved photo has only the flattened picture. */
  | 'layers';
