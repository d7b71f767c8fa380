/** A kind of content that has a tower of its own, such as `image`. The towers that there are say which; the core knows none. */
export type Modality = string;
