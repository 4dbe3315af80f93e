/** Why one way to an engine does not work here; the next one is tried. The message ends a sentence such as `download: …`. */
export class Unavailable extends Error {
  override name = "Unavailable";
}
