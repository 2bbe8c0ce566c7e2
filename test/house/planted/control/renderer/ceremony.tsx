export const Ceremony = () => <p>One person</p>;
