/** The bundler lays the stylesheet beside the script. */
declare module "*.css";
