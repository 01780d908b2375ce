"""Google's own Python client against Blogger v3 on Dak, built from Dak's Discovery document: all 33 methods.

    DAK_CONTROL_TOKEN=TOKEN python blogger_google_client.py http://127.0.0.1:7070

Comments and views are made at the control desk, since the API has no way to make them.
"""

import json
import os
import sys
import urllib.request

from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

import checks
from checks import equal

BASE = checks.base_url()
DOCUMENT = BASE + "/discovery/v1/apis/{api}/{apiVersion}/rest"
BLOG = "1001"


class Calls:
    """The client, and which methods were called."""

    called = set()

    def __init__(self):
        self.service = build(
            "blogger", "v3", discoveryServiceUrl=DOCUMENT, static_discovery=False, cache_discovery=False)

    def __call__(self, name, **arguments):
        """Executes `resource.method`."""
        Calls.called.add(name)
        resource, method = name.split(".")
        return getattr(getattr(self.service, resource)(), method)(**arguments).execute()

    def walk(self, name, **arguments):
        """Every item of a list, page by page, with the client's own list_next."""
        resource, method = name.split(".")
        methods = getattr(self.service, resource)()
        request, items = getattr(methods, method)(**arguments), []
        while request is not None:
            page = request.execute()
            items += page.get("items", [])
            request = getattr(methods, f"{method}_next")(request, page)
        return items


def desk(path, body):
    """A call to the control desk."""
    headers = {"Authorization": f"Bearer {os.environ['DAK_CONTROL_TOKEN']}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{BASE}/_dak/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def comment(post, content):
    return desk("comments", {"blogId": BLOG, "postId": post, "content": content, "author": "Rina"})["id"]


def fails(status, call, *names, **arguments):
    try:
        answer = call(*names, **arguments)
    except HttpError as error:
        equal(error.status_code, status)
        return error
    raise AssertionError(f"{status} was expected; the answer is {answer!r}")


def blogs(call):
    """blogs, users and what they may do"""
    blog = call("blogs.get", blogId=BLOG, maxPosts=1)
    equal((blog["kind"], len(blog["posts"]["items"])), ("blogger#blog", 1))
    equal(call("blogs.getByUrl", url=blog["url"])["id"], BLOG)
    user = call("users.get", userId="self")
    equal(call("users.get", userId=user["id"]), user)
    listed = call("blogs.listByUser", userId="self", fetchUserInfo=True, role=["ADMIN", "AUTHOR"])
    equal(BLOG in [item["id"] for item in listed["items"]], True)
    equal(listed["blogUserInfos"][0]["blog_user_info"]["hasAdminAccess"], True)
    equal(call("blogUserInfos.get", userId="self", blogId=BLOG)["blog_user_info"]["role"], "ADMIN")


def posts(call):
    """a post, from a draft to its end"""
    made = call("posts.insert", blogId=BLOG, isDraft=True, body={"title": "From Python", "content": "<img src='a.png'>"})
    post = made["id"]
    equal(made["status"], "DRAFT")
    fails(404, call, "posts.get", blogId=BLOG, postId=post)
    equal(call("posts.get", blogId=BLOG, postId=post, view="ADMIN"), made)
    live = call("posts.publish", blogId=BLOG, postId=post)
    equal(live["status"], "LIVE")
    path = "/" + live["url"].split("/", 3)[3]
    equal(call("posts.getByPath", blogId=BLOG, path=path)["id"], post)
    shown = call("posts.get", blogId=BLOG, postId=post, fetchImages=True, fetchBody=False)
    equal((shown["images"], "content" in shown), ([{"url": "a.png"}], False))
    equal(call("posts.patch", blogId=BLOG, postId=post, body={"labels": ["py"]})["title"], "From Python")
    equal([item["id"] for item in call("posts.list", blogId=BLOG, labels="py")["items"]], [post])
    equal([item["id"] for item in call("posts.search", blogId=BLOG, q="python")["items"]], [post])
    replaced = call("posts.update", blogId=BLOG, postId=post, body={"title": "Again"}, revert=True)
    equal((replaced["status"], "labels" in replaced), ("DRAFT", False))
    scheduled = call("posts.publish", blogId=BLOG, postId=post, publishDate="2999-01-01T00:00:00Z")
    equal(scheduled["status"], "SCHEDULED")
    equal(call("posts.revert", blogId=BLOG, postId=post)["status"], "DRAFT")
    info = call("postUserInfos.get", userId="self", blogId=BLOG, postId=post)
    equal(info["post_user_info"]["hasEditAccess"], True)
    infos = call("postUserInfos.list", userId="self", blogId=BLOG, status=["LIVE"])
    equal(infos["items"][0]["post"]["kind"], "blogger#post")
    equal(call("posts.delete", blogId=BLOG, postId=post, useTrash=True), "")
    equal(call("posts.get", blogId=BLOG, postId=post, view="ADMIN")["status"], "SOFT_TRASHED")
    equal(call("posts.delete", blogId=BLOG, postId=post), "")
    fails(404, call, "posts.get", blogId=BLOG, postId=post, view="ADMIN")


def pages(call):
    """pages"""
    page = call("pages.insert", blogId=BLOG, isDraft=True, body={"title": "About"})["id"]
    equal(call("pages.publish", blogId=BLOG, pageId=page)["status"], "LIVE")
    equal(call("pages.get", blogId=BLOG, pageId=page)["title"], "About")
    equal(call("pages.patch", blogId=BLOG, pageId=page, body={"content": "x"})["title"], "About")
    equal("title" in call("pages.update", blogId=BLOG, pageId=page, body={"content": "y"}), False)
    equal([item["id"] for item in call("pages.list", blogId=BLOG)["items"]], [page])
    equal(call("pages.revert", blogId=BLOG, pageId=page)["status"], "DRAFT")
    equal(call("pages.delete", blogId=BLOG, pageId=page), "")


def comments(call):
    """comments and their moderation"""
    post = "2003"
    first, second = comment(post, "One"), comment(post, "Two")
    listed = call("comments.list", blogId=BLOG, postId=post)
    equal([item["content"] for item in listed["items"]], ["Two", "One"])
    one = {"blogId": BLOG, "postId": post, "commentId": first}
    equal(call("comments.get", **one)["author"]["displayName"], "Rina")
    equal(call("comments.markAsSpam", **one)["status"], "SPAM")
    fails(404, call, "comments.get", **one)
    equal([item["id"] for item in call("comments.listByBlog", blogId=BLOG, status=["SPAM"])["items"]], [first])
    equal(call("comments.approve", **one)["status"], "LIVE")
    replies = call("posts.get", blogId=BLOG, postId=post, maxComments=5)["replies"]
    equal((replies["totalItems"], len(replies["items"])), ("2", 2))
    equal("content" in call("comments.removeContent", **one), False)
    for each in (first, second):
        equal(call("comments.delete", blogId=BLOG, postId=post, commentId=each), "")


def views(call):
    """page views"""
    desk("pageviews", {"blogId": BLOG, "views": 3})
    counts = call("pageViews.get", blogId=BLOG, range=["all", "7DAYS"])["counts"]
    equal([(count["timeRange"], count["count"]) for count in counts], [("ALL_TIME", "3"), ("SEVEN_DAYS", "3")])


def walks(call):
    """list_next walks over every post once"""
    for number in range(20):
        call("posts.insert", blogId=BLOG, body={"title": f"Walk {number}"})
    walked = [post["id"] for post in call.walk("posts.list", blogId=BLOG, maxResults=3, fetchBodies=False)]
    equal((len(walked), len(set(walked))), (23, 23))


def all_methods(call):
    """every method of the API was called"""
    document = json.load(urllib.request.urlopen(DOCUMENT.format(api="blogger", apiVersion="v3")))
    methods = {method["id"].removeprefix("blogger.") for resource in document["resources"].values()
               for method in resource["methods"].values()}
    equal((len(methods), methods - Calls.called), (33, set()))


CHECKS = [blogs, posts, pages, comments, views, walks, all_methods]

if __name__ == "__main__":
    sys.exit(checks.run(CHECKS, Calls))
