using Recsys.TrainingBenchmarks;

return await BenchmarkCommandLine.RunAsync(args, Console.Out, Console.Error);
