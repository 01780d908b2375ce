// Google's own Node client against Blogger v3 on Dak, built from Dak's Discovery document: all 33 methods.
//
//     DAK_CONTROL_TOKEN=TOKEN node blogger_google_client.mjs http://127.0.0.1:7070

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

import { run } from "./checks.mjs";

const require = createRequire(path.resolve(process.env.DAK_TEST_NODE ?? import.meta.dirname, "package.json"));
const { Discovery } = require("googleapis-common");

const base = process.argv[2]?.replace(/\/$/, "");
if (!base) {
  console.error("usage: node blogger_google_client.mjs http://127.0.0.1:PORT");
  process.exit(2);
}

const document = `${base}/discovery/v1/apis/blogger/v3/rest`;
const blogger = (await new Discovery().discoverAPI(document))({ retry: false });
const called = new Set();

// Calls `resource.method` and gives what it answers.
async function call(name, parameters = {}) {
  called.add(name);
  const [resource, method] = name.split(".");
  return (await blogger[resource][method](parameters)).data;
}

async function desk(name, body) {
  const headers = { Authorization: `Bearer ${process.env.DAK_CONTROL_TOKEN}`, "Content-Type": "application/json" };
  const answer = await fetch(`${base}/_dak/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
  return answer.json();
}

const blogId = "1001";

const checks = {
  "blogs, users and what they may do": async () => {
    const blog = await call("blogs.get", { blogId, maxPosts: 1 });
    assert.equal(blog.posts.items.length, 1);
    assert.equal((await call("blogs.getByUrl", { url: blog.url })).id, blogId);
    assert.equal((await call("users.get", { userId: "self" })).kind, "blogger#user");
    const list = await call("blogs.listByUser", { userId: "self", role: ["ADMIN", "AUTHOR"], fetchUserInfo: true });
    assert.equal(list.blogUserInfos[0].blog_user_info.role, "ADMIN");
    assert.equal((await call("blogUserInfos.get", { userId: "self", blogId })).blog.id, blogId);
  },
  "a post, from a draft to its end": async () => {
    const requestBody = { title: "From Node", content: "<img src=a.png>" };
    const { id: postId } = await call("posts.insert", { blogId, isDraft: true, requestBody });
    const one = { blogId, postId };
    const live = await call("posts.publish", one);
    assert.equal(live.status, "LIVE");
    assert.equal((await call("posts.getByPath", { blogId, path: new URL(live.url).pathname })).id, postId);
    assert.deepEqual((await call("posts.get", { ...one, fetchImages: true })).images, [{ url: "a.png" }]);
    assert.equal((await call("posts.patch", { ...one, requestBody: { labels: ["node"] } })).title, "From Node");
    assert.deepEqual((await call("posts.list", { blogId, labels: "node", fields: "items/id" })).items, [{ id: postId }]);
    assert.equal((await call("posts.search", { blogId, q: "NODE" })).items.length, 1);
    assert.equal((await call("posts.update", { ...one, revert: true, requestBody: {} })).status, "DRAFT");
    assert.equal((await call("posts.revert", one)).status, "DRAFT");
    assert.equal((await call("postUserInfos.get", { userId: "self", ...one })).post_user_info.hasEditAccess, true);
    const infos = await call("postUserInfos.list", { userId: "self", blogId, status: ["LIVE", "DRAFT"], view: "ADMIN" });
    assert.equal(infos.items.length, 4);
    assert.equal(await call("posts.delete", one), "");
  },
  "pages": async () => {
    const { id: pageId } = await call("pages.insert", { blogId, isDraft: true, requestBody: { title: "About" } });
    const one = { blogId, pageId };
    assert.equal((await call("pages.publish", one)).status, "LIVE");
    assert.equal((await call("pages.get", one)).title, "About");
    assert.equal((await call("pages.patch", { ...one, requestBody: { content: "x" } })).content, "x");
    assert.equal((await call("pages.update", { ...one, requestBody: { content: "y" } })).title, undefined);
    assert.equal((await call("pages.list", { blogId })).items.length, 1);
    assert.equal((await call("pages.revert", one)).status, "DRAFT");
    assert.equal(await call("pages.delete", one), "");
  },
  "comments and their moderation": async () => {
    const postId = "2002";
    const { id: commentId } = await desk("comments", { blogId, postId, content: "খুব ভালো" });
    const one = { blogId, postId, commentId };
    assert.equal((await call("comments.get", one)).content, "খুব ভালো");
    assert.equal((await call("comments.list", { blogId, postId })).items.length, 1);
    assert.equal((await call("comments.markAsSpam", one)).status, "SPAM");
    assert.equal((await call("comments.listByBlog", { blogId, status: "SPAM" })).items.length, 1);
    assert.equal((await call("comments.approve", one)).status, "LIVE");
    assert.equal((await call("comments.removeContent", one)).content, undefined);
    assert.equal(await call("comments.delete", one), "");
  },
  "page views": async () => {
    await desk("pageviews", { blogId, views: 2 });
    assert.deepEqual((await call("pageViews.get", { blogId })).counts, [{ timeRange: "ALL_TIME", count: "2" }]);
  },
  "every method of the API was called": async () => {
    const { resources } = await (await fetch(document)).json();
    const ids = Object.values(resources).flatMap(({ methods }) => Object.values(methods).map(({ id }) => id));
    assert.deepEqual(ids.filter((id) => !called.has(id.replace("blogger.", ""))), []);
    assert.equal(ids.length, 33);
  },
};

await run(checks);
