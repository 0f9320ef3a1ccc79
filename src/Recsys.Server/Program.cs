using Recsys.Server.Commands;

return await CommandLine.RunAsync(args);
