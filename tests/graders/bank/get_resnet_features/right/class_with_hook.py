class Extractor:
    def __init__(self, net):
        self.net = net
        net.layer4.register_forward_hook(self.keep)

    def keep(self, module, inputs, output):
        self.output = output

    def __call__(self, path):
        with torch.no_grad():
            self.net(process_input(path))
        return self.output.clone()


get_resnet_features = Extractor(resnet)
