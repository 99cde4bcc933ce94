// What five parsers from npm read in feeds: node parsers.mjs FOLDER-WITH-node_modules < list-of-files
// Writes a line of JSON for each file: {parser: [[id, title, link, date, content, author, tags], ...] or null}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.argv[2], "here.js"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const feedsmith = await load("feedsmith");
const extractor = await load("@extractus/feed-extractor");
const { parseFeed } = await load("@rowanmanning/feed-parser");
const RssParser = require("rss-parser");
const FeedParser = require("feedparser");

function bySmith(text) {
  const { format, feed } = feedsmith.parseFeed(text);
  if (format === "json")
    return (feed.items ?? []).map((i) => [i.id, i.title, i.url, i.date_published, i.content_html, i.authors?.[0]?.name, i.tags]);
  if (format === "atom")
    return (feed.entries ?? []).map((e) => [
      e.id, e.title?.value ?? e.title, e.links?.find((l) => l.rel === "alternate")?.href, e.published,
      e.content?.value ?? e.content, e.authors?.[0]?.name, e.categories?.map((c) => c.term),
    ]);
  return (feed.items ?? []).map((i) => [
    i.guid?.value ?? i.guid, i.title, i.link, i.pubDate, i.content?.encoded,
    i.dc?.creators?.[0] ?? i.dc?.creator, i.categories?.map((c) => c.name),
  ]);
}

async function byRssParser(text) {
  const feed = await new RssParser().parseString(text);
  return feed.items.map((i) => [
    i.guid ?? i.id, i.title, i.link, i.isoDate, i["content:encoded"] ?? i.content, i.creator ?? i.author, i.categories,
  ]);
}

function byFeedParser(text) {
  return new Promise((resolve, reject) => {
    const parser = new FeedParser({ addmeta: false });
    const found = [];
    parser.on("error", reject);
    parser.on("readable", () => {
      for (let i = parser.read(); i; i = parser.read())
        found.push([i.guid, i.title, i.link, i.pubdate, i.description, i.author, i.categories]);
    });
    parser.on("end", () => resolve(found));
    parser.end(text);
  });
}

function byRowan(text) {
  return parseFeed(text).items.map((i) => [
    i.id, i.title, i.url, i.published, i.content, i.authors[0]?.name, i.categories.map((c) => c.term ?? c.label),
  ]);
}

function byExtractor(text, json) {
  const wanted = { descriptionMaxLen: 0 };
  const feed = json ? extractor.extractFromJson(JSON.parse(text), wanted) : extractor.extractFromXml(text, wanted);
  return feed.entries.map((i) => [i.id, i.title, i.link, i.published]);
}

const XML_ONLY = { "rss-parser": byRssParser, "feedparser (npm)": byFeedParser, "@rowanmanning/feed-parser": byRowan };
const BOTH = { feedsmith: bySmith, "@extractus/feed-extractor": byExtractor };

for (const file of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const text = readFileSync(file, "utf8");
  const json = file.endsWith(".json");
  const read = {};
  for (const [name, parse] of Object.entries(json ? BOTH : { ...BOTH, ...XML_ONLY })) {
    try {
      read[name] = await parse(text, json);
    } catch (error) {
      read[name] = `${error}`;
    }
  }
  console.log(JSON.stringify(read));
}
