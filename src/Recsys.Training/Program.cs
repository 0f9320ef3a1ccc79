using Recsys.Training.Commands;
using Recsys.Training.Runtime;

NativeSetup.Apply();
return await TrainCommandLine.RunAsync(args, TimeProvider.System, Console.Out, Console.Error);
