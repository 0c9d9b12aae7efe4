import { SLICE_FUEL } from "./limits";

export class FuelSpent extends Error {
  override name = "FuelSpent";
}

/** The fuel of one machine, let into its gauge a slice at a time. */
export function makeTank(gauge: { value: number }) {
  let reserve = 0;

  function refill() {
    const units = Math.min(reserve, SLICE_FUEL);
    reserve -= units;
    gauge.value += units;
  }

  return {
    fill(units: number) {
      reserve = units;
      gauge.value = 0;
      refill();
    },
    left: () => gauge.value + reserve,
    burn(units: number) {
      gauge.value -= units;
    },
    nextSlice() {
      while (gauge.value < 0 && reserve > 0) refill();
      if (gauge.value < 0) throw new FuelSpent("The program used up its fuel.");
    },
  };
}
