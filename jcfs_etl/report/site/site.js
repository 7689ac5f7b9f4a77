"use strict";
(function () {
  // The language: kept where the browser keeps such things, Chinese otherwise.
  var root = document.documentElement;
  function use(language) {
    root.dataset.lang = language;
    root.lang = language === "en" ? "en" : "zh-CN";
    try { localStorage.setItem("jcfs-language", language); } catch (error) { /* not kept */ }
  }
  var kept = "zh";
  try { kept = localStorage.getItem("jcfs-language") || "zh"; } catch (error) { /* not kept */ }
  use(kept === "en" ? "en" : "zh");
  function english() { return root.dataset.lang === "en"; }

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("language");
    button.hidden = false;
    button.addEventListener("click", function () {
      use(english() ? "zh" : "en");
      document.dispatchEvent(new Event("language"));
    });
    if (document.getElementById("index")) { list(); }
    if (document.querySelector(".viewer")) { viewer(); }
  });

  // A list of publications: filtered, sorted and shown a page at a time.
  function list() {
    var data = JSON.parse(document.getElementById("index").textContent);
    var size = 100, page = 0, sort = 0, down = false, found = [];
    var body = document.querySelector(".each tbody"), matrix = document.querySelector(".matrix"), lines = [];
    var field = {};
    ["words", "year", "state", "kind", "matrix"].forEach(function (id) { field[id] = document.getElementById(id); });
    var words = data.rows.map(function (row) { return ((row[1] || "") + " " + (row[11] || "")).toLowerCase(); });

    function say(pair) { return english() ? pair[1] : pair[0]; }
    function options(select, all, values) {
      if (!select) { return; }
      var chosen = select.value;
      select.replaceChildren();
      [["", say(all)]].concat(values).forEach(function (one) {
        var option = document.createElement("option");
        option.value = one[0];
        option.textContent = one[1];
        select.append(option);
      });
      select.value = chosen;
    }
    function fill() {
      var years = Array.from(new Set(data.rows.map(function (row) { return row[2]; }))).filter(Boolean);
      options(field.year, data.words.all_years, years.sort().reverse().map(function (y) { return [String(y), String(y)]; }));
      options(field.state, data.words.all_states, data.states.map(function (s, i) { return [String(i), say(s)]; }));
      options(field.kind, data.words.all_kinds, data.kinds.map(function (k, i) { return [String(i), say(k)]; }));
    }
    function value(row) {
      if (sort === 4) { return row[4] * 1e6 + row[5] * 1e4 + row[6] * 100 + row[7]; }
      var one = row[sort];
      if (sort >= 8) { return one === null ? -Infinity : Number(one.replace(/,/g, "")); }
      return one === null ? (sort === 1 ? "" : -1) : one;
    }
    function find() {
      var text = field.words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      var year = field.year ? field.year.value : "", state = field.state.value, kind = field.kind.value;
      found = [];
      data.rows.forEach(function (row, at) {
        if (year && String(row[2]) !== year) { return; }
        if (state && String(row[3]) !== state) { return; }
        if (kind && row[10].indexOf(Number(kind)) < 0) { return; }
        if (text.every(function (word) { return words[at].indexOf(word) >= 0; })) { found.push(row); }
      });
      if (sort) {
        found.sort(function (a, b) {
          var x = value(a), y = value(b), way = x < y ? -1 : x > y ? 1 : 0;
          return down ? -way : way;
        });
      }
      page = 0;
      group();
      show();
    }
    // What is found by unit, for the table of units and years; what has no unit or year is not in it.
    function group() {
      if (!field.matrix || !field.matrix.checked) { lines = found; return; }
      var by = new Map();
      found.forEach(function (row) {
        if (row[1] && row[2]) { by.set(row[1], (by.get(row[1]) || []).concat([row])); }
      });
      lines = Array.from(by.values());
    }
    function years() {
      return Array.from(new Set(found.map(function (row) { return row[2]; }))).filter(Boolean).sort().reverse();
    }
    function href(row) { return data.root + "p/" + row[0] + "/index.html"; }
    function grid(part) {
      var columns = years(), head = document.createElement("tr"), heads = matrix.tHead, rows = matrix.tBodies[0];
      [say(data.words.unit)].concat(columns).forEach(function (text) {
        cell(head, "th", text).scope = "col";
      });
      heads.replaceChildren(head);
      rows.replaceChildren.apply(rows, part.map(function (mine) {
        var line = document.createElement("tr");
        var name = cell(line, "th", ""), unit = document.createElement("a");
        name.scope = "row";
        unit.href = data.root + "u/" + mine[0][12] + ".html";
        unit.textContent = mine[0][1];
        name.append(unit);
        columns.forEach(function (year) {
          var place = cell(line, "td", "");
          mine.filter(function (row) { return row[2] === year; }).forEach(function (row) {
            var link = document.createElement("a");
            link.href = href(row);
            link.className = "chip " + data.names[row[3]];
            link.title = say(data.states[row[3]]);
            link.setAttribute("aria-label", mine[0][1] + " " + year + " " + link.title);
            place.append(link);
          });
        });
        return line;
      }));
    }
    function cell(row, tag, text, kind) {
      var one = document.createElement(tag);
      if (kind) { one.className = kind; }
      one.textContent = text;
      row.append(one);
      return one;
    }
    function show() {
      var wide = field.matrix && field.matrix.checked, part = lines.slice(page * size, page * size + size);
      document.querySelector(".each").hidden = wide;
      if (matrix) { matrix.hidden = !wide; }
      if (wide) { grid(part); }
      var rows = wide ? [] : part.map(function (row) {
        var line = document.createElement("tr");
        var name = cell(line, "th", "");
        name.scope = "row";
        var link = document.createElement("a");
        link.href = href(row);
        link.textContent = row[1] || row[11];
        name.append(link);
        cell(line, "td", row[2] === null ? "" : row[2]);
        var chip = document.createElement("span");
        chip.className = "chip " + data.names[row[3]];
        chip.textContent = say(data.states[row[3]]);
        cell(line, "td", "").append(chip);
        var count = cell(line, "td", "", "n");
        ["error", "inconsistent", "warning", "info"].forEach(function (name, i) {
          if (!row[4 + i]) { return; }
          var part = document.createElement("span");
          part.className = "severity " + name;
          part.textContent = say(data.severities[i]) + " " + row[4 + i];
          count.append(part, " ");
        });
        cell(line, "td", row[8] || "", "n");
        cell(line, "td", row[9] || "", "n");
        return line;
      });
      body.replaceChildren.apply(body, rows);
      var first = page * size + 1, last = Math.min(lines.length, page * size + size);
      document.querySelector(".count").textContent = lines.length
        ? say(wide ? data.words.shown_units : data.words.shown).replace("{n}", lines.length).replace("{a}", first).replace("{b}", last)
        : say(data.words.none_found);
      document.getElementById("before").disabled = page === 0;
      document.getElementById("after").disabled = last >= lines.length;
      document.querySelector(".pager").hidden = lines.length <= size;
    }
    document.querySelectorAll("[data-sort]").forEach(function (head) {
      head.querySelector("button").addEventListener("click", function () {
        var by = Number(head.dataset.sort);
        down = by === sort ? !down : by > 2;
        sort = by;
        document.querySelectorAll("[data-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        find();
      });
    });
    Object.keys(field).forEach(function (id) { if (field[id]) { field[id].addEventListener("input", find); } });
    document.querySelector(".filter").addEventListener("submit", function (event) { event.preventDefault(); });
    document.getElementById("before").addEventListener("click", function () { page -= 1; show(); });
    document.getElementById("after").addEventListener("click", function () { page += 1; show(); });
    document.addEventListener("language", function () { fill(); show(); });
    fill();
    find();
  }

  // Figures and their boxes: pointing at one marks the other.
  function viewer() {
    var pages = document.querySelector(".pages"), readout = document.querySelector(".readout");
    var marked = [];
    function both(ref) { return document.querySelectorAll('[data-r="' + CSS.escape(ref) + '"]'); }
    function into(box) {
      if (!pages || !box) { return; }
      var outer = pages.getBoundingClientRect(), inner = box.getBoundingClientRect();
      if (inner.top < outer.top || inner.bottom > outer.bottom) {
        pages.scrollTop += inner.top - outer.top - outer.height / 3;
      }
    }
    function mark(ref, scroll) {
      marked.forEach(function (one) { one.classList.remove("on"); });
      marked = Array.from(both(ref));
      marked.forEach(function (one) {
        one.classList.add("on");
        if (one.dataset.n !== undefined && readout) {
          var text = Array.from(one.childNodes).filter(function (node) { return node.nodeType === 3; });
          readout.textContent = [one.dataset.n, text.map(function (node) { return node.data; }).join(""), one.dataset.a]
            .filter(Boolean).join("  ·  ");
        }
        if (one.tagName === "rect" && scroll) { into(one); }
      });
    }
    function go(page) { if (pages) { into(document.getElementById("page-" + page)); } }
    document.addEventListener("mouseover", function (event) {
      var one = event.target.closest("[data-r]");
      if (one) { mark(one.dataset.r, one.tagName !== "rect"); }
    });
    document.addEventListener("focusin", function (event) {
      var one = event.target.closest("[data-r]");
      if (one) { mark(one.dataset.r, true); }
    });
    document.addEventListener("click", function (event) {
      var box = event.target.closest("rect[data-r]"), link = event.target.closest("[data-to],[data-page]");
      var cell = event.target.closest("td[data-r]");
      if (box) {
        var there = Array.from(both(box.dataset.r)).find(function (one) { return one.tagName !== "rect"; });
        if (there) {
          var fold = there.closest("details");
          if (fold) { fold.open = true; }
          there.scrollIntoView({ block: "center" });
          there.focus({ preventScroll: true });
        }
      } else if (link) {
        if (pages) { event.preventDefault(); }
        if (link.dataset.page) { go(link.dataset.page); }
        if (link.dataset.to) {
          mark(link.dataset.to, true);
          var target = document.getElementById(link.dataset.to);
          if (target && !link.dataset.page) { target.scrollIntoView({ block: "center" }); target.focus({ preventScroll: true }); }
        }
      } else if (cell) { cell.focus({ preventScroll: true }); }
    });
    // The pages follow the table that is read.
    if (pages && window.IntersectionObserver) {
      var watch = new IntersectionObserver(function (seen) {
        seen.forEach(function (one) {
          var link = one.isIntersecting && one.target.querySelector("a.at");
          if (link) { go(link.dataset.page); }
        });
      }, { rootMargin: "0px 0px -70% 0px" });
      document.querySelectorAll("section.table").forEach(function (one) { watch.observe(one); });
    }
    // Arrow keys go from figure to figure within a table; one figure of each can be tabbed to.
    document.querySelectorAll("table.figures").forEach(function (table) {
      var cells = Array.from(table.querySelectorAll("td[data-r]"));
      cells.forEach(function (one, at) { one.tabIndex = at ? -1 : 0; });
      table.addEventListener("focusin", function (event) {
        var one = event.target.closest("td[data-r]");
        if (one) { cells.forEach(function (other) { other.tabIndex = other === one ? 0 : -1; }); }
      });
      table.addEventListener("keydown", function (event) {
        var one = event.target.closest("td[data-r]"), row = one && one.parentNode, to = null;
        if (!one) { return; }
        var mine = Array.from(row.querySelectorAll("td[data-r]")), at = mine.indexOf(one);
        if (event.key === "ArrowRight") { to = mine[at + 1]; }
        if (event.key === "ArrowLeft") { to = mine[at - 1]; }
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
          for (var next = row; next && !to;) {
            next = event.key === "ArrowDown" ? next.nextElementSibling : next.previousElementSibling;
            if (next) { to = next.cells[one.cellIndex] && next.cells[one.cellIndex].matches("td[data-r]") ? next.cells[one.cellIndex] : null; }
          }
        }
        if (event.key === "Enter") { var tag = one.querySelector("a.tag"); if (tag && event.target === one) { tag.click(); } }
        if (to) { event.preventDefault(); to.focus(); }
      });
    });
  }
})();
