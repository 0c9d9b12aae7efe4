import type { NewMerchant } from "../commerce/merchants/schema";

export const categories = [
  { slug: "home", name: "Home", parent: null },
  { slug: "lamps", name: "Lamps", parent: "home" },
  { slug: "textiles", name: "Textiles", parent: "home" },
  { slug: "kitchen", name: "Kitchen", parent: "home" },
  { slug: "garden", name: "Garden", parent: null },
  { slug: "tools", name: "Tools", parent: "garden" },
  { slug: "seeds", name: "Seeds", parent: "garden" },
] as const;

type Category = (typeof categories)[number]["slug"];
type DemoProduct = {
  title: string;
  description: string;
  category: Category;
  tags: string;
  /** Cents of the euro. */
  price: number;
  /** An option and its values: a variant for each. */
  options?: [name: string, ...values: string[]];
  stock: number;
  featured?: true;
};
type DemoMerchant = Omit<NewMerchant, "currency"> & {
  currency: "EUR";
  prefix: string;
  products: DemoProduct[];
};

const productIn =
  (category: Category) =>
  (
    title: string,
    description: string,
    tags: string,
    price: number,
    stock: number,
    more: Pick<DemoProduct, "options" | "featured"> = {},
  ): DemoProduct => ({ title, description, category, tags, price, stock, ...more });

const [lamp, textile, kitchen] = [productIn("lamps"), productIn("textiles"), productIn("kitchen")];
const [garden, tool, seed] = [productIn("garden"), productIn("tools"), productIn("seeds")];
const featured = true as const;
const colours: [string, ...string[]] = ["colour", "linen", "moss", "rust"];
const sizes: [string, ...string[]] = ["size", "S", "M", "L"];

/** Every merchant greets its first buyers with this code. */
export const welcome = {
  title: "Ten percent for the first order",
  code: "WELCOME10",
  benefit: { kind: "percent", basisPoints: 1_000 },
  customerLimit: 1,
};

/** The platform's own, without a code. */
export const threeForTwo = {
  title: "Three for the price of two",
  benefit: { kind: "buy_x_get_y", buy: 2, get: 1, timesPerOrder: 2 },
  budget: { amount: 500_000, currency: "EUR" },
};

export const merchants: readonly DemoMerchant[] = [
  {
    name: "Lumen & Oak",
    description: "Lamps and small furniture, made two streets from the harbour.",
    country: "DE",
    currency: "EUR",
    prefix: "LUM",
    products: [
      lamp(
        "Harbour desk lamp",
        "Brass arm, linen shade, a switch that clicks.",
        "brass reading",
        8900,
        14,
        { featured, options: ["shade", "linen", "black"] },
      ),
      lamp(
        "Paper moon pendant",
        "Folded rice paper, sixty centimetres across.",
        "paper ceiling",
        6400,
        9,
        { featured },
      ),
      lamp(
        "Workshop clamp lamp",
        "Goes on any table and forgives every knock.",
        "steel reading",
        3900,
        40,
      ),
      lamp(
        "Oak floor lamp",
        "One straight trunk and a warm circle of light.",
        "oak reading",
        15900,
        6,
      ),
      lamp("Candle lantern", "Keeps the flame and lets the wind pass.", "outdoor steel", 2900, 32),
      lamp("Bedside mushroom", "Glass, opal, dimmed by touch.", "glass bedroom", 5200, 18, {
        options: ["colour", "white", "amber"],
      }),
      lamp("Hallway wall light", "Finds the keyhole for you.", "brass wall", 4600, 21),
      lamp("Reading clip", "For the one who is still awake.", "reading travel", 1400, 120),
      lamp(
        "String of twelve",
        "Twelve warm bulbs on eight metres of cloth cable.",
        "outdoor party",
        3400,
        55,
      ),
      lamp("Filament bulb", "2,200 kelvin, four watts, fifteen thousand hours.", "bulb", 900, 400, {
        options: ["base", "E14", "E27"],
      }),
      lamp(
        "Ceiling rose in porcelain",
        "White or black, for one cable or three.",
        "ceiling porcelain",
        1900,
        60,
      ),
      lamp("Cloth cable by the metre", "Twisted, in nine colours.", "cable", 450, 900, {
        options: colours,
      }),
      kitchen(
        "Oak serving board",
        "One piece, oiled twice, with a leather loop.",
        "oak board",
        4200,
        25,
        { featured },
      ),
      kitchen(
        "Salt cellar with a lid",
        "Turned oak, closes with a soft sound.",
        "oak salt",
        2300,
        30,
      ),
      kitchen("Bread box", "Beech below, steel above, crumbs inside.", "beech bread", 7800, 8),
      kitchen("Coat hooks, set of five", "For cups, too.", "oak wall", 2600, 44),
      kitchen("Three-legged stool", "Never wobbles, by geometry.", "oak stool", 9800, 0),
      kitchen("Knife rail", "A magnet under six millimetres of oak.", "oak knives", 3600, 17),
      kitchen("Pepper mill", "A steel grinder that outlives its owner.", "oak pepper", 4400, 22),
      kitchen("Egg cups, pair", "One for you.", "oak breakfast", 1600, 70),
    ],
  },
  {
    name: "Northfold Textiles",
    description: "Linen and wool, woven slowly and washed often.",
    country: "SE",
    currency: "EUR",
    prefix: "NOR",
    products: [
      textile(
        "Stonewashed linen sheet",
        "Cool in July, warm in January.",
        "linen bedroom",
        11900,
        20,
        { featured, options: ["size", "single", "double"] },
      ),
      textile(
        "Linen pillowcase",
        "Envelope closing, no buttons to lose.",
        "linen bedroom",
        3200,
        80,
        { options: colours },
      ),
      textile("Lambswool throw", "A metre thirty by two, with a fringe.", "wool sofa", 8400, 26, {
        featured,
        options: colours,
      }),
      textile("Waffle towel", "Dries you and then itself.", "cotton bath", 2400, 95, {
        options: sizes,
      }),
      textile("Bath mat in terry", "Thick enough to stand and think on.", "cotton bath", 2900, 48),
      textile("Kitchen towel, pair", "One for hands, one for glasses.", "linen kitchen", 1900, 140),
      textile("Long apron", "Ties in front, two pockets, no slogan.", "linen kitchen", 4600, 33, {
        options: colours,
      }),
      textile("Table runner", "Four metres for long evenings.", "linen table", 5400, 15),
      textile("Napkins, set of four", "Stains wash out; stories stay.", "linen table", 2800, 64, {
        options: colours,
      }),
      textile(
        "Curtain in voile",
        "Lets the morning in and the street out.",
        "linen window",
        6900,
        12,
      ),
      textile("Wool socks", "For cabins and for floors of stone.", "wool winter", 1800, 210, {
        options: sizes,
      }),
      textile("Fisherman's beanie", "Ribbed, short, never itches.", "wool winter", 2600, 75, {
        options: ["colour", "navy", "oat"],
      }),
      textile("Scarf, two metres", "Once around, or three times.", "wool winter", 5800, 29),
      textile("Market bag", "Carries a week and folds to a fist.", "cotton bag", 1500, 160),
      textile("Laundry sack", "Hangs on a door, holds two washes.", "cotton bag", 2200, 41),
      textile(
        "Cushion cover",
        "Zip in the seam, corners that stay corners.",
        "linen sofa",
        2700,
        88,
        { options: colours },
      ),
      textile(
        "Pot holder, pair",
        "Felt of wool, safe to two hundred degrees.",
        "wool kitchen",
        1700,
        52,
      ),
      textile("Picnic blanket", "Wool above, waxed cotton below.", "wool outdoor", 9400, 11, {
        featured,
      }),
      textile("Baby blanket", "Merino, the softest thing we weave.", "wool baby", 5600, 0),
      textile("Mending kit", "Needles, yarn, a darning egg, patience.", "wool repair", 2100, 37),
    ],
  },
  {
    name: "Green Bench",
    description: "Everything for a garden, and for people who only have a balcony.",
    country: "NL",
    currency: "EUR",
    prefix: "GRN",
    products: [
      tool("Hand trowel", "Forged, with a handle of ash.", "steel ash", 2400, 60, { featured }),
      tool("Hori knife", "Digs, cuts, measures; do not wave it about.", "steel", 3800, 27),
      tool("Secateurs", "Every part can be replaced, for ever.", "steel pruning", 5200, 34, {
        featured,
        options: ["hand", "right", "left"],
      }),
      tool("Folding saw", "Bites on the pull.", "steel pruning", 3300, 19),
      tool(
        "Watering can, nine litres",
        "Balanced when full and when empty.",
        "steel watering",
        4900,
        23,
      ),
      tool("Fine rose for the can", "Rain, made by hand.", "brass watering", 1800, 45),
      tool("Gloves of goatskin", "Thin enough to feel a seed.", "gloves", 2600, 90, {
        options: sizes,
      }),
      tool("Kneeling pad", "For knees with a past.", "comfort", 1700, 38),
      tool("Twine, two hundred metres", "Jute, green, in a tin with a cutter.", "jute", 1200, 150),
      tool("Copper labels, ten", "Written with a nail, read for decades.", "copper", 1400, 66),
      seed("Tomato, black cherry", "Sweet, dark and generous.", "vegetable", 390, 500, {
        featured,
      }),
      seed(
        "Runner bean, scarlet",
        "Climbs two metres and flowers all the way.",
        "vegetable",
        350,
        420,
      ),
      seed("Salad, cut and come again", "Eleven leaves in one packet.", "vegetable", 320, 600),
      seed("Sunflower, giant", "Three metres if nobody leans on it.", "flower", 290, 380),
      seed("Meadow for bees", "Thirty wild kinds, for ten square metres.", "flower bees", 690, 240),
      seed("Basil, Genovese", "Sow again every three weeks.", "herb", 280, 0),
      garden("Bench of larch", "For two who know each other.", "larch furniture", 32900, 4, {
        featured,
      }),
      garden(
        "Balcony planter",
        "Hangs on any railing up to seven centimetres.",
        "steel balcony",
        3900,
        58,
        { options: ["colour", "green", "white"] },
      ),
      garden("Compost bin", "Turns kitchens into gardens.", "larch compost", 8900, 9),
      garden("Bird bath", "Granite, and a stone to stand on.", "granite birds", 7400, 7),
    ],
  },
];
