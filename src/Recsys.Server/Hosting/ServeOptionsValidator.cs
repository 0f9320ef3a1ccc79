using Microsoft.Extensions.Options;

namespace Recsys.Server.Hosting;

/// <summary>Checks <see cref="ServeOptions"/> by its attributes.</summary>
[OptionsValidator]
internal sealed partial class ServeOptionsValidator : IValidateOptions<ServeOptions>;
