/** What of a picture is shown: how far it is enlarged, and the place in it that is in the middle, 0 to 1 each way. */
export interface View {
  /** 1 shows as much as fits. */
  zoom: number;
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Rectangle extends Size {
  left: number;
  top: number;
}

export const MOST_ZOOM = 4;
export const whole: View = { zoom: 1, x: 0.5, y: 0.5 };

/** The picture's pixels that a view shows in a frame of a shape (width by height): never any beyond its edges. */
export function cropOf(picture: Size, shape: number, view: View): Rectangle {
  const zoom = between(1, view.zoom, MOST_ZOOM);
  const width = Math.min(picture.width, picture.height * shape) / zoom;
  const height = width / shape;
  return {
    left: between(0, view.x * picture.width - width / 2, picture.width - width),
    top: between(0, view.y * picture.height - height / 2, picture.height - height),
    width,
    height,
  };
}

/** The view after the picture was dragged by a share of the frame's width and height; what was at its edge stays there. */
export function dragged(picture: Size, shape: number, view: View, byX: number, byY: number): View {
  const { left, top, width, height } = cropOf(picture, shape, view);
  const moved = cropOf(picture, shape, {
    zoom: view.zoom,
    x: (left + width / 2 - byX * width) / picture.width,
    y: (top + height / 2 - byY * height) / picture.height,
  });
  return {
    zoom: view.zoom,
    x: (moved.left + width / 2) / picture.width,
    y: (moved.top + height / 2) / picture.height,
  };
}

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), Math.max(least, most));
}
