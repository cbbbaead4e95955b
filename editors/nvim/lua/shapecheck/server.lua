--- Where the server's program is, and how it is started.
local M = {}

M.missing = 'shapecheck: no server; `pip install shapecheck-lsp`, or see :Shapecheck health'
M.markers = { 'shapecheck.toml', 'pyproject.toml', '.git' }

local windows = vim.fn.has('win32') == 1

local function program(folder)
  local path = windows and vim.fs.joinpath(folder, 'Scripts', 'shapecheck.exe') or vim.fs.joinpath(folder, 'bin', 'shapecheck')
  return vim.fn.executable(path) == 1 and path or nil
end

--- The places that are looked at, in their order: what is there, and what each is called.
function M.places()
  local given = require('shapecheck.settings').get().cmd
  local root = vim.fs.root(0, M.markers) or vim.fn.getcwd()
  local active = vim.env.VIRTUAL_ENV or vim.env.CONDA_PREFIX
  local on_path = vim.fn.exepath('shapecheck')
  return {
    { name = 'vim.g.shapecheck.cmd', command = given },
    { name = 'the active environment', path = active and program(active) },
    { name = "the project's .venv", path = program(vim.fs.joinpath(root, '.venv')) or program(vim.fs.joinpath(root, 'venv')) },
    { name = 'PATH', path = on_path ~= '' and on_path or nil },
  }
end

--- The command, and the name of the place where it was found; nil where it is nowhere.
function M.command()
  for _, place in ipairs(M.places()) do
    if place.command then
      return place.command, place.name
    elseif place.path then
      return { place.path, 'server' }, place.name
    end
  end
end

function M.start(dispatchers)
  return vim.lsp.rpc.start(assert(M.command(), 'the server is not installed'), dispatchers)
end

--- Names the folder of a buffer to `on_dir`; where there is no server nothing is started, and that is said once.
function M.root(buffer, on_dir)
  if M.command() then
    on_dir(vim.fs.root(buffer, M.markers))
  else
    vim.schedule(function()
      vim.notify_once(M.missing, vim.log.levels.WARN)
    end)
  end
end

--- The client of a buffer, or nil and a message.
function M.client(buffer)
  local client = vim.lsp.get_clients({ bufnr = buffer or 0, name = 'shapecheck' })[1]
  if not client then
    vim.notify("shapecheck does not run for this buffer: vim.lsp.enable('shapecheck'), then :checkhealth shapecheck", vim.log.levels.WARN)
  end
  return client
end

--- Stops all clients, and starts them anew for the buffers that they had when they are gone.
function M.restart()
  if not M.command() then
    vim.notify(M.missing, vim.log.levels.WARN)
    return
  end
  local clients = vim.lsp.get_clients({ name = 'shapecheck' })
  if #clients == 0 then
    vim.lsp.enable('shapecheck')
    return
  end
  local known = {}
  for _, client in ipairs(clients) do
    for buffer in pairs(client.attached_buffers) do
      known[buffer] = client.root_dir
    end
    client:stop()
  end
  local function again(left)
    local running = vim.tbl_filter(function(client)
      return not client:is_stopped()
    end, clients)
    if #running > 0 and left > 0 then
      vim.defer_fn(function()
        again(left - 1)
      end, 50)
      return
    end
    for _, client in ipairs(running) do
      client:stop(true)
    end
    for buffer, root in pairs(known) do
      if vim.api.nvim_buf_is_loaded(buffer) then
        vim.lsp.start(vim.tbl_extend('force', vim.lsp.config.shapecheck, { root_dir = root }), { bufnr = buffer })
      end
    end
  end
  again(60)
end

return M
